/**
 * Running other people's build scripts without trusting them. A command runs in Linux namespaces of its own (user, mount, pid, ipc,
 * uts, network), which an ordinary user may make: it sees a build root instead of the machine, can write only to the folders that it
 * was given, has a network without any interface that is up, sees no process but its own, and holds no capability, not even inside.
 * All of it ends with the first process. It is a fence against builds that depend on the machine or the network, and against
 * mistakes; the kernel's namespaces are the limit of what it keeps out.
 *
 * <p>This is, with starting an emulator, the only place where the program starts others: {@code unshare}, {@code mount} and
 * {@code pivot_root} of util-linux, by a short script (<a
 * href="https://man7.org/linux/man-pages/man7/user_namespaces.7.html">user_namespaces(7)</a>).
 */
package dev.caisson.engine.sandbox;
