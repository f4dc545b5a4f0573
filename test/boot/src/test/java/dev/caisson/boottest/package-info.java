/**
 * Boot tests: an out-of-tree fork of container-host is built, started with Secure Boot on, examines itself and reports; the
 * same image with one thing wrong must not come up. All of them carry the tag {@code boot}, and at most two machines run at
 * once.
 */
package dev.caisson.boottest;
