/**
 * Where a build's time went: recorded while it runs, told per stage, step and package, or written for a trace viewer (the JSON
 * array format of Chrome's trace events, complete events "X" only; times in microseconds).
 */
package dev.caisson.engine.profile;
