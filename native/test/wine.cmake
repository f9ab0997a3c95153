# Starts wine before the tests: makes its configuration in WINEPREFIX, and lets the server outlive
# each test by some seconds, or everything would start anew for the next.
#
#   cmake -DWINE=<wine> -DWINESERVER=<wineserver, or nothing> -P wine.cmake
#
# Output goes to files: what stays in the background would hold a pipe open.
set(log "$ENV{WINEPREFIX}/start.log")
file(WRITE "${log}" "")
if(WINESERVER)
  execute_process(COMMAND "${WINESERVER}" -p20 OUTPUT_FILE "${log}" ERROR_FILE "${log}")
endif()
execute_process(COMMAND "${WINE}" wineboot --init OUTPUT_FILE "${log}" ERROR_FILE "${log}"
                RESULT_VARIABLE code)
if(NOT code EQUAL 0)
  file(READ "${log}" text)
  message(FATAL_ERROR "${text}\nwine does not start: ${code}")
endif()
