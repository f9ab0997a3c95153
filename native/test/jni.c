/* jni.c: the native methods do what the functions of the same meaning do. */
#include "check.h"

#if defined(_WIN32)
#  define JNICALL __stdcall
#else
#  define JNICALL
#endif

#define CALL(name) Java_io_pawl_internal_backend_JniBindings_##name
#define BINDING(name) JNICALL CALL(name)

PAWL_API int32_t BINDING(abiVersion)(void *, void *);
PAWL_API int32_t BINDING(await)(void *, void *, int64_t, int32_t, int64_t, int32_t);
PAWL_API int32_t BINDING(wake)(void *, void *, int64_t, int32_t, int32_t);
PAWL_API int32_t BINDING(requeue)(void *, void *, int64_t, int32_t, int32_t, int32_t, int64_t,
                                  int32_t);
PAWL_API int32_t BINDING(barrierRegister)(void *, void *);
PAWL_API int32_t BINDING(barrier)(void *, void *);

static word_t word;
static word_t other;

TEST(native_methods_pass_their_arguments_on)
{
    int64_t from = ADDRESS(&word);
    int64_t to = ADDRESS(&other);
    CHECK_EQ(CALL(abiVersion)(NULL, NULL), PAWL_ABI_VERSION);
    CHECK_EQ(CALL(await)(NULL, NULL, from, 1, PAWL_FOREVER, PAWL_PRIVATE), PAWL_EAGAIN);
    CHECK_EQ(CALL(await)(NULL, NULL, from, 0, 0, PAWL_PRIVATE), PAWL_ETIMEDOUT);
    CHECK_EQ(CALL(await)(NULL, NULL, from, 0, 0, 2), PAWL_EINVAL);
    CHECK_EQ(CALL(wake)(NULL, NULL, from, 1, PAWL_PRIVATE), 0);
    CHECK_EQ(CALL(wake)(NULL, NULL, from, -1, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(CALL(requeue)(NULL, NULL, from, 1, 1, 1, to, PAWL_PRIVATE),
             pawl_requeue(from, 1, 1, 1, to, PAWL_PRIVATE));
    CHECK_EQ(CALL(requeue)(NULL, NULL, from, 0, 1, -1, to, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(CALL(requeue)(NULL, NULL, from, 0, 1, 1, to + 1, PAWL_PRIVATE), PAWL_EINVAL);
    CHECK_EQ(CALL(barrier)(NULL, NULL), pawl_barrier());
    CHECK_EQ(CALL(barrierRegister)(NULL, NULL), pawl_barrier_register());
}
