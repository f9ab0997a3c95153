/* main.c: runs the test that the command line names. */
#include "check.h"

#include <string.h>

#define CASE(name) TEST(name);
#include "cases.inc"
#undef CASE

static const struct {
    const char *name;
    void (*run)(void);
} cases[] = {
#define CASE(name) {#name, test_##name},
#include "cases.inc"
#undef CASE
};

int main(int count, char **arguments)
{
    for (size_t i = 0; count == 2 && i < sizeof cases / sizeof cases[0]; i++) {
        if (strcmp(cases[i].name, arguments[1]) == 0) {
            cases[i].run();
            return 0;
        }
    }
    fprintf(stderr, "usage: %s test\n", arguments[0]);
    return 2;
}
