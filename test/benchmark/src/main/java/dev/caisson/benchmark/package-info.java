/**
 * Benchmarks of the loops that builds spend their time in, for JMH, and {@link dev.caisson.benchmark.Counterpart}, which does in
 * one process what a native tool does. {@code test/benchmark/run} starts both; whole builds are measured by that script.
 *
 * <p>Contents come from {@link dev.caisson.benchmark.Corpus}: the class files of the running JDK, or a file that is named. Every
 * benchmark is run once by the module's test, with little data, so that none of them rots.
 */
package dev.caisson.benchmark;
