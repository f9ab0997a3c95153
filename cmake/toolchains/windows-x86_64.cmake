set(CMAKE_SYSTEM_NAME Windows)
set(CMAKE_SYSTEM_PROCESSOR x86_64)
set(CMAKE_C_COMPILER_TARGET x86_64-windows-gnu)
# zig adds what the C run-time needs; an import library for each default of CMake takes long.
set(CMAKE_C_STANDARD_LIBRARIES "" CACHE STRING "Libraries linked by default")
# An executable would have zig build the C run-time first, for minutes; the library needs none.
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
include("${CMAKE_CURRENT_LIST_DIR}/zig.cmake")

# The tests run in wine.
find_program(WINE NAMES wine64 wine PATHS /usr/lib/wine)
if(WINE)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${WINE}")
endif()
