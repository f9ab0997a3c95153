set(CMAKE_SYSTEM_NAME Darwin)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER_TARGET aarch64-macos.11.0)
# CMake wants the tool on every platform; nothing here changes an install name after linking.
set(CMAKE_INSTALL_NAME_TOOL "${CMAKE_COMMAND}" CACHE FILEPATH "Not used")
include("${CMAKE_CURRENT_LIST_DIR}/zig.cmake")
