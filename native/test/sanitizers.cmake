# The same tests, with the shim's sources compiled into them, under each sanitizer whose programs
# run here. The library itself has no C library, so it can't be instrumented as it is.
option(PAWL_SANITIZERS "Run the tests of the shim under sanitizers as well" ON)

if(NOT PAWL_SANITIZERS OR MSVC OR WIN32)
  return()
endif()

include(CheckCCompilerFlag)
include(CheckCSourceRuns)

# What the program has to do to show that its sanitizer is at work and gets along with this system.
set(probe "
#include <pthread.h>
#include <stdlib.h>
static void *body(void *argument) { return argument; }
int main(void)
{
    pthread_t thread;
    void *result = malloc(1);
    if (pthread_create(&thread, NULL, body, result) != 0) { return 1; }
    pthread_join(thread, &result);
    free(result);
    return 0;
}")

get_target_property(shim pawl SOURCES)
list(TRANSFORM shim PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/../")

# ThreadSanitizer does not know what the kernel orders: plain accesses around a process-wide barrier,
# and those of the holders of a word that the kernel hands over.
set(ordered_by_the_kernel barrier_orders_the_plain_accesses_of_another_thread pi_lock_excludes
    pi_lock_does_without_the_operation_of_linux_5_14)

# Nor does it know fences, by which readers of what processes share are ordered; GCC warns of them.
check_c_compiler_flag(-Wtsan PAWL_HAS_WTSAN)
set(ordered_by_fences "")
foreach(source IN ITEMS shared/file.c shared/locks.c)
  file(STRINGS ${source} lines REGEX "^TEST\\(")
  foreach(line IN LISTS lines)
    string(REGEX REPLACE "^TEST\\((.*)\\)$" "\\1" case "${line}")
    list(APPEND ordered_by_fences ${case})
  endforeach()
endforeach()

function(add_sanitizer name)
  set(flags -fsanitize=${name} -fno-sanitize-recover=all -fno-omit-frame-pointer -g -O1)
  list(JOIN flags " " CMAKE_REQUIRED_FLAGS)
  set(CMAKE_REQUIRED_LINK_OPTIONS ${flags})
  set(CMAKE_REQUIRED_LIBRARIES Threads::Threads)
  set(CMAKE_REQUIRED_QUIET ON)
  check_c_source_runs("${probe}" PAWL_HAS_${name}_SANITIZER)
  if(PAWL_HAS_${name}_SANITIZER)
    set(target pawl_test_${name})
    add_executable(${target} ${sources} ${shim})
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}"
                               "${CMAKE_CURRENT_SOURCE_DIR}/../include")
    target_compile_options(${target} PRIVATE -Wall -Wextra -Werror ${flags})
    target_link_options(${target} PRIVATE ${flags})
    target_link_libraries(${target} PRIVATE Threads::Threads)
    set_target_properties(${target} PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON)
    if(name STREQUAL "thread")
      list(REMOVE_ITEM cases ${ordered_by_the_kernel} ${ordered_by_fences})
      if(PAWL_HAS_WTSAN)
        target_compile_options(${target} PRIVATE -Wno-tsan)
      endif()
    endif()
    add_cases(${name}. ${target})
  else()
    add_test(NAME ${name}_needs_its_sanitizer COMMAND "${CMAKE_COMMAND}" -E false)
    set_tests_properties(${name}_needs_its_sanitizer PROPERTIES SKIP_RETURN_CODE 1)
  endif()
endfunction()

foreach(name IN ITEMS address undefined thread)
  add_sanitizer(${name})
endforeach()
