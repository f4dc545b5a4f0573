/** The command line: words to calls, results and failures to text, exit codes. Nothing here knows a format. */
package dev.caisson.cli;
