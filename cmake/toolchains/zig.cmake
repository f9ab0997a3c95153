# What the toolchains share: zig as the C compiler for the target in CMAKE_C_COMPILER_TARGET.
#
# zig is taken from the PATH or from the package ziglang of PyPI, called directly either way. It
# keeps a cache in the home directory, or where ZIG_GLOBAL_CACHE_DIR says.
find_program(ZIG zig DOC "The zig compiler")
if(NOT ZIG)
  find_program(PYTHON NAMES python3 python py DOC "A Python that may have the package ziglang")
  if(PYTHON)
    execute_process(
      COMMAND "${PYTHON}" -c "import os, ziglang; print(os.path.dirname(ziglang.__file__), end='')"
      OUTPUT_VARIABLE package ERROR_QUIET RESULT_VARIABLE code)
    if(code EQUAL 0)
      file(TO_CMAKE_PATH "${package}" package)
      find_program(ZIG zig PATHS "${package}" NO_DEFAULT_PATH)
    endif()
  endif()
endif()
if(NOT ZIG)
  message(FATAL_ERROR "zig is needed to build for other systems: python3 -m pip install ziglang")
endif()

set(CMAKE_C_COMPILER "${ZIG}" cc)
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
