/*
 * version.c: the number by which a binding knows that it fits the library.
 */
#include "internal.h"

int32_t pawl_abi_version(void)
{
    return PAWL_ABI_VERSION;
}
