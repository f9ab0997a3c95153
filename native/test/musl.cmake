# The same library, not another one, in a process whose C library is musl.
find_program(MUSL_GCC musl-gcc)
if(MUSL_GCC)
  # It is a script around a compiler that may not be there.
  execute_process(COMMAND "${MUSL_GCC}" -dumpmachine RESULT_VARIABLE code OUTPUT_QUIET ERROR_QUIET)
endif()
if(MUSL_GCC AND code EQUAL 0)
  set(musl_test "${CMAKE_CURRENT_BINARY_DIR}/pawl_test_musl")
  add_custom_command(OUTPUT "${musl_test}"
    COMMAND "${MUSL_GCC}" -std=gnu11 -O2 "-I${CMAKE_CURRENT_SOURCE_DIR}/../include"
            "-I${CMAKE_CURRENT_BINARY_DIR}" ${sources} "$<TARGET_FILE:pawl>"
            "-Wl,-rpath,$<TARGET_FILE_DIR:pawl>" -o "${musl_test}"
    DEPENDS ${sources} check.h ../include/pawl.h "${CMAKE_CURRENT_BINARY_DIR}/cases.inc" pawl
    WORKING_DIRECTORY "${CMAKE_CURRENT_SOURCE_DIR}"
    VERBATIM)
  add_custom_target(musl ALL DEPENDS "${musl_test}")
  add_cases(musl. "${musl_test}")
else()
  add_test(NAME musl_needs_musl_gcc COMMAND "${CMAKE_COMMAND}" -E false)
  set_tests_properties(musl_needs_musl_gcc PROPERTIES SKIP_RETURN_CODE 1)
endif()
