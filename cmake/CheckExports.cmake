# Fails when a library exports anything but the functions of pawl.h and the methods of jni.c, or
# leaves one of them out. The list is read from the sources.
#
#   cmake -DLIBRARY=<file> -DHEADER=<pawl.h> -DJNI=<jni.c> [-DLINKER=<names>] -P CheckExports.cmake
#
# LINKER: names, separated by commas, that the linker may add of its own accord.
cmake_minimum_required(VERSION 3.21)
include("${CMAKE_CURRENT_LIST_DIR}/ReadLibrary.cmake")

set(expected "")
file(READ "${HEADER}" source)
string(REGEX MATCHALL "PAWL_API [a-z0-9_]+ pawl_[a-z0-9_]+\\(" declarations "${source}")
foreach(declaration IN LISTS declarations)
  string(REGEX REPLACE ".* (pawl_[a-z0-9_]+)\\($" "\\1" name "${declaration}")
  list(APPEND expected ${name})
endforeach()

file(READ "${JNI}" source)
if(NOT source MATCHES "#define BINDING\\(name\\) JNICALL (Java_[A-Za-z_]+)##name")
  message(FATAL_ERROR "${JNI}: no definition of BINDING")
endif()
set(prefix ${CMAKE_MATCH_1})
string(REGEX MATCHALL "PAWL_API [a-z0-9_]+ BINDING\\([A-Za-z]+\\)" declarations "${source}")
foreach(declaration IN LISTS declarations)
  string(REGEX REPLACE ".*\\(([A-Za-z]+)\\)$" "${prefix}\\1" name "${declaration}")
  list(APPEND expected ${name})
endforeach()

read_library("${LIBRARY}")
set(unexpected ${LIBRARY_EXPORTS})
string(REPLACE "," ";" linker "${LINKER}")
list(REMOVE_ITEM unexpected ${expected} ${linker})
set(missing ${expected})
list(REMOVE_ITEM missing ${LIBRARY_EXPORTS})
if(unexpected OR missing)
  file(REMOVE "${LIBRARY}")
  message(FATAL_ERROR "${LIBRARY}: exported but not in the ABI: [${unexpected}], "
                      "in the ABI but not exported: [${missing}]")
endif()
