/**
 * What tests of whole images share: {@link dev.caisson.testkit.TestBuild} builds variants through the command line's own entry point with a store that all tests
 * share, {@link dev.caisson.testkit.DiskCopy} changes single bytes or files of a built disk, and
 * {@link dev.caisson.testkit.TestMachine} starts one and reads what it reports.
 */
package dev.caisson.testkit;
