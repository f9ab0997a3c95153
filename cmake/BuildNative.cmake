# Builds and tests the shim for Maven, on any host, without a shell.
#
#   cmake -DSTEP=build -DTARGETS=<host|all> -DBUILD=<dir> -DOUTPUT=<dir> -P BuildNative.cmake
#   cmake -DSTEP=test  -DTARGETS=<host|all> -DBUILD=<dir> -P BuildNative.cmake
#
# build: configures and builds each target in BUILD/<preset> and copies the libraries below OUTPUT.
#        A host that cannot build its own shim gets a warning and no library; that is no failure.
# test:  builds and runs the tests of what has been built.
#
# Prints nothing when a build succeeds, and all the output of a command that fails.
if(CMAKE_VERSION VERSION_LESS 3.21)
  message("Warning: no native library is built: CMake 3.21 is needed, this is ${CMAKE_VERSION}.")
  return()
endif()
cmake_minimum_required(VERSION 3.21)

get_filename_component(SOURCE "${CMAKE_CURRENT_LIST_DIR}/../native" ABSOLUTE)
if(TARGETS STREQUAL "all")
  set(presets linux-x86_64 linux-aarch64 windows-x86_64 windows-aarch64 macos-x86_64 macos-aarch64
              freebsd-x86_64 freebsd-aarch64 openbsd-x86_64 openbsd-aarch64)
else()
  set(presets ${TARGETS})
endif()

# Reasons for which the output of a configuration says that this host cannot build its shim.
string(JOIN "|" UNABLE
  "No CMAKE_C_COMPILER could be found"
  "Could not find compiler set in environment variable"
  "is not able to compile a simple test program"
  "CMAKE_MAKE_PROGRAM is not set"
  "unable to find a build program"
  "could not find any instance of Visual Studio"
  "No shim for [^\n]*")

# Runs a command and fails with its output if it fails. The output is left in OUTCOME.
function(run)
  execute_process(COMMAND ${ARGV} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT code EQUAL 0)
    string(JOIN " " command ${ARGV})
    message(FATAL_ERROR "${output}\n${command}\nended with ${code}")
  endif()
  set(OUTCOME "${output}" PARENT_SCOPE)
endfunction()

# Configures a preset unless that has been done. Sets CONFIGURED.
function(configure preset)
  set(CONFIGURED TRUE PARENT_SCOPE)
  if(EXISTS "${BUILD}/${preset}/configured")
    return()
  endif()
  set(generator "")
  if(CMAKE_HOST_UNIX AND NOT DEFINED ENV{CMAKE_GENERATOR})
    find_program(MAKE NAMES gmake make)
    find_program(NINJA NAMES ninja ninja-build)
    if(NINJA AND NOT MAKE)
      set(generator -G Ninja)
    endif()
  endif()
  file(REMOVE_RECURSE "${BUILD}/${preset}")
  execute_process(
    COMMAND "${CMAKE_COMMAND}" ${generator} --preset ${preset} -B "${BUILD}/${preset}"
    WORKING_DIRECTORY "${SOURCE}"
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(code EQUAL 0)
    file(TOUCH "${BUILD}/${preset}/configured")
  elseif(preset STREQUAL "host" AND output MATCHES "${UNABLE}")
    message("Warning: no native library is built, other backends will be used: "
            "a C compiler and make (or Ninja) are needed. CMake says: ${CMAKE_MATCH_0}")
    set(CONFIGURED FALSE PARENT_SCOPE)
  else()
    message(FATAL_ERROR "${output}\nCMake cannot configure the target ${preset}")
  endif()
endfunction()

function(build preset)
  configure(${preset})
  if(CONFIGURED)
    set(targets pawl)
    if(preset STREQUAL "host")
      list(APPEND targets lock_user) # for the tests of Java
    endif()
    # One after the other: make learns of a new target by building another one.
    foreach(target IN LISTS targets)
      run("${CMAKE_COMMAND}" --build "${BUILD}/${preset}" --config Release --target ${target})
    endforeach()
    file(COPY "${BUILD}/${preset}/META-INF" DESTINATION "${OUTPUT}"
         FILES_MATCHING REGEX "pawl\\.(so|dll|dylib)$")
  endif()
endfunction()

function(test preset)
  if(NOT EXISTS "${BUILD}/${preset}/configured")
    return()
  endif()
  run("${CMAKE_COMMAND}" --build "${BUILD}/${preset}" --config Release)
  run("${CMAKE_CTEST_COMMAND}" --test-dir "${BUILD}/${preset}" -C Release --output-on-failure
      --parallel 4)
  if(OUTCOME MATCHES "No tests were found")
    message("Native tests of ${preset}: not run, nothing here can run them")
  elseif(OUTCOME MATCHES "[0-9]+% tests passed.*")
    message("Native tests of ${preset}: ${CMAKE_MATCH_0}")
  endif()
endfunction()

# zig needs a directory for its cache; where the usual one cannot be had, the build lends its own.
if(TARGETS STREQUAL "all" AND CMAKE_HOST_UNIX AND NOT DEFINED ENV{ZIG_GLOBAL_CACHE_DIR}
   AND NOT DEFINED ENV{XDG_CACHE_HOME})
  execute_process(COMMAND "${CMAKE_COMMAND}" -E make_directory "$ENV{HOME}/.cache/zig/tmp"
                  RESULT_VARIABLE code ERROR_QUIET)
  if(NOT code EQUAL 0 OR NOT DEFINED ENV{HOME})
    set(ENV{ZIG_GLOBAL_CACHE_DIR} "${BUILD}/zig-cache")
  endif()
endif()

foreach(preset IN LISTS presets)
  cmake_language(CALL ${STEP} ${preset})
endforeach()
