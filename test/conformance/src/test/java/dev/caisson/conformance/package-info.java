/**
 * The whole program, driven through its command line, on archives made for the purpose: the exit code and the message of every
 * kind of failure, what is left in the output folder after one, and builds side by side.
 */
package dev.caisson.conformance;
