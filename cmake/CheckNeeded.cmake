# Fails when a library is linked to a library, or asks for a symbol or a symbol version, that is not
# allowed to be needed.
#
#   cmake -DLIBRARY=<file> [-DNEEDED=<names>] [-DIMPORTS=<names>] -P CheckNeeded.cmake
#
# Names are separated by commas. Without IMPORTS every symbol may be asked for; a symbol version
# never.
cmake_minimum_required(VERSION 3.21)
include("${CMAKE_CURRENT_LIST_DIR}/ReadLibrary.cmake")

read_library("${LIBRARY}")

function(check what found allowed)
  string(REPLACE "," ";" allowed "${allowed}")
  set(unexpected ${found})
  list(REMOVE_ITEM unexpected ${allowed})
  if(unexpected)
    file(REMOVE "${LIBRARY}")
    message(FATAL_ERROR "${LIBRARY}: ${what} not allowed: [${unexpected}]")
  endif()
endfunction()

check("library needed but" "${LIBRARY_NEEDED}" "${NEEDED}")
check("symbol version needed but" "${LIBRARY_VERSIONS}" "")
if(DEFINED IMPORTS)
  check("symbol needed but" "${LIBRARY_IMPORTS}" "${IMPORTS}")
endif()
