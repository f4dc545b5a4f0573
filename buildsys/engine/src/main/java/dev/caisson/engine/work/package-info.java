/**
 * How a build is scheduled: an explicit graph of steps on one bounded pool. A step never waits for another step; it starts
 * when its inputs are there. Within a step, loops over pure work items (compress segment i, hash block i) are shared with
 * idle threads, and results are placed by index, so that the number of threads changes nothing in the output.
 */
package dev.caisson.engine.work;
