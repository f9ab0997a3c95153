/* The installed library is the one of the installed header. */
#include <pawl.h>

int main(void)
{
    int32_t word = 1;
    int64_t address = (int64_t)(intptr_t)&word;
    return pawl_abi_version() == PAWL_ABI_VERSION
                   && pawl_wait(address, 0, PAWL_FOREVER, PAWL_PRIVATE) == PAWL_EAGAIN
               ? 0
               : 1;
}
