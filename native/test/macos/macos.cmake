# The same tests with macos.c, on a model of what that file calls: with the interface of macOS 14.4
# and with the one before, each without and with what the calls may do but seldom do. Peers are not
# modelled.
set(macos_sources wait.c wake.c requeue.c barrier.c posix.c pi.c os_lock.c jni.c)
list_cases(macos/cases.inc ${macos_sources})

add_executable(pawl_test_macos ${macos_sources} main.c support.c macos/model.c
               ../src/macos.c ../src/version.c ../src/jni.c)
target_include_directories(pawl_test_macos PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/macos" macos .
                           ../include ../src)
target_compile_definitions(pawl_test_macos PRIVATE _GNU_SOURCE)
# The tests are not to expect what Linux has.
target_compile_options(pawl_test_macos PRIVATE -Wall -Wextra -Werror -U__linux__ -U__linux -Ulinux)
set_target_properties(pawl_test_macos PROPERTIES C_STANDARD 11 C_STANDARD_REQUIRED ON)
target_link_libraries(pawl_test_macos PRIVATE Threads::Threads)

add_cases(macos. pawl_test_macos)
set(environment "MODEL_QUIRKS=5")
add_cases(macos.quirks. pawl_test_macos)
set(environment "MODEL_HIDE=sync")
add_cases(macos13. pawl_test_macos)
set(environment "MODEL_HIDE=sync;MODEL_QUIRKS=5")
add_cases(macos13.quirks. pawl_test_macos)
set(environment "")
