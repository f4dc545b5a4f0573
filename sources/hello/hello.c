/* Says hello, and which system it runs on. */
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

int main(int argc, char **argv)
{
    struct utsname system;

    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        puts("hello " VERSION);
        return 0;
    }
    if (uname(&system) != 0) {
        perror("uname");
        return 1;
    }
    printf("Hello from %s %s on %s.\n", system.sysname, system.release, system.machine);
    return fflush(stdout) == 0 ? 0 : 1;
}
