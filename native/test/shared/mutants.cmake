# Copies of the headers with one step of the protocol left out or swapped, in build/mutants/<name>.
# The harness has to find each of them broken. A step that is no longer there in these words is an
# error here.
#
#   mutate(<name> <file> <step> <instead> [<file> <step> <instead> ...])
set(headers "${CMAKE_CURRENT_SOURCE_DIR}/../../include")

function(mutate name)
  set(directory "${CMAKE_CURRENT_BINARY_DIR}/mutants/${name}")
  file(COPY "${headers}/" DESTINATION "${directory}")
  math(EXPR last "${ARGC} - 1")
  foreach(i RANGE 1 ${last} 3)
    math(EXPR step "${i} + 1")
    math(EXPR instead "${i} + 2")
    set(file "${directory}/pawl_shared/${ARGV${i}}")
    file(READ "${file}" source)
    string(REPLACE "${ARGV${step}}" "${ARGV${instead}}" mutant "${source}")
    if(mutant STREQUAL source)
      message(FATAL_ERROR "Mutant ${name}: there is no such step in ${ARGV${i}}")
    endif()
    file(WRITE "${file}" "${mutant}")
  endforeach()
  file(GLOB parts "${headers}/pawl_shared/*.h")
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${parts})
  set(directory "${directory}" PARENT_SCOPE)
endfunction()
