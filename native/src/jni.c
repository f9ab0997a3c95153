/*
 * jni.c: the static native methods of io.pawl.internal.backend.JniBindings, each a function of
 * pawl.h under the name that JNI looks up.
 *
 * Arguments and results are primitive, so the functions never use the environment or the class and
 * no header of the JDK is needed: jint is int32_t, jlong is int64_t.
 */
#include "internal.h"

#if defined(_WIN32)
#  define JNICALL __stdcall
#else
#  define JNICALL
#endif

#define BINDING(name) JNICALL Java_io_pawl_internal_backend_JniBindings_##name

PAWL_API int32_t BINDING(abiVersion)(void *env, void *type);
PAWL_API int32_t BINDING(await)(void *env, void *type, int64_t address, int32_t expected,
                                int64_t deadline, int32_t flags);
PAWL_API int32_t BINDING(wake)(void *env, void *type, int64_t address, int32_t count,
                               int32_t flags);
PAWL_API int32_t BINDING(requeue)(void *env, void *type, int64_t from, int32_t expected,
                                  int32_t wake, int32_t move, int64_t to, int32_t flags);
PAWL_API int32_t BINDING(barrierRegister)(void *env, void *type);
PAWL_API int32_t BINDING(barrier)(void *env, void *type);

int32_t BINDING(abiVersion)(void *env, void *type)
{
    (void)env;
    (void)type;
    return pawl_abi_version();
}

int32_t BINDING(await)(void *env, void *type, int64_t address, int32_t expected, int64_t deadline,
                       int32_t flags)
{
    (void)env;
    (void)type;
    return pawl_wait(address, expected, deadline, flags);
}

int32_t BINDING(wake)(void *env, void *type, int64_t address, int32_t count, int32_t flags)
{
    (void)env;
    (void)type;
    return pawl_wake(address, count, flags);
}

int32_t BINDING(requeue)(void *env, void *type, int64_t from, int32_t expected, int32_t wake,
                         int32_t move, int64_t to, int32_t flags)
{
    (void)env;
    (void)type;
    return pawl_requeue(from, expected, wake, move, to, flags);
}

int32_t BINDING(barrierRegister)(void *env, void *type)
{
    (void)env;
    (void)type;
    return pawl_barrier_register();
}

int32_t BINDING(barrier)(void *env, void *type)
{
    (void)env;
    (void)type;
    return pawl_barrier();
}
