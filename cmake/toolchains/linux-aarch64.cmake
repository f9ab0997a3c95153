set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER_TARGET aarch64-linux-gnu.2.17)
include("${CMAKE_CURRENT_LIST_DIR}/zig.cmake")

# The tests run in qemu, with the C library of the cross-compiler's package.
find_program(QEMU_AARCH64 NAMES qemu-aarch64 qemu-aarch64-static)
find_path(AARCH64_ROOT lib/ld-linux-aarch64.so.1 PATHS /usr/aarch64-linux-gnu NO_DEFAULT_PATH
          NO_CMAKE_FIND_ROOT_PATH)
if(QEMU_AARCH64 AND AARCH64_ROOT)
  set(CMAKE_CROSSCOMPILING_EMULATOR "${QEMU_AARCH64}" -L "${AARCH64_ROOT}")
endif()
