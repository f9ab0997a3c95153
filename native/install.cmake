# cmake --install: headers, the library, and what tells CMake and pkg-config of them.
#
#   find_package(pawl)    pawl::pawl, the library with pawl.h; pawl::shared, the headers alone, which
#                         is all that a program needs for pawl_shared.h
#   pkg-config            pawl and pawl-shared, the same
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

add_library(pawl_shared INTERFACE)
target_include_directories(pawl_shared INTERFACE
                           "$<BUILD_INTERFACE:${CMAKE_CURRENT_SOURCE_DIR}/include>")
set_target_properties(pawl_shared PROPERTIES EXPORT_NAME shared)

install(DIRECTORY include/ DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.h")
install(TARGETS pawl pawl_shared EXPORT pawl
        LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
        RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
        INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
set(package "${CMAKE_INSTALL_LIBDIR}/cmake/pawl")
install(EXPORT pawl FILE pawl-config.cmake NAMESPACE pawl:: DESTINATION "${package}")
write_basic_package_version_file("${CMAKE_CURRENT_BINARY_DIR}/pawl-config-version.cmake"
                                 COMPATIBILITY SameMinorVersion)
install(FILES "${CMAKE_CURRENT_BINARY_DIR}/pawl-config-version.cmake" DESTINATION "${package}")

# The prefix is found from where the file lies, so that the whole can be moved.
file(RELATIVE_PATH up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
string(REGEX REPLACE "/$" "" up "${up}")
function(install_pc name description libs)
  file(CONFIGURE OUTPUT ${name}.pc @ONLY CONTENT "prefix=\${pcfiledir}/@up@
includedir=\${prefix}/@CMAKE_INSTALL_INCLUDEDIR@
libdir=\${prefix}/@CMAKE_INSTALL_LIBDIR@

Name: @name@
Description: @description@
Version: @PROJECT_VERSION@
Cflags: -I\${includedir}
@libs@")
  install(FILES "${CMAKE_CURRENT_BINARY_DIR}/${name}.pc"
          DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endfunction()
install_pc(pawl "Waiting and waking in the operating system, for locks" "Libs: -L\${libdir} -lpawl\n")
install_pc(pawl-shared "Locks that processes share and that survive a killed owner" "")
