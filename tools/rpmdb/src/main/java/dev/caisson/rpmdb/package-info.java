/**
 * The database of installed RPM packages: what {@code rpm -q} reads, as an SQLite file ({@code rpmdb.sqlite}) of rpm 4.16 and newer.
 *
 * <p>{@link dev.caisson.rpmdb.RpmDatabasePlanner} makes the tables and indexes of rpm's lib/backend/sqlite.cc: headers by number in
 * {@code Packages}, and for each of 18 tags a table of values with header number and place. {@link dev.caisson.rpmdb.SqlitePlan}
 * writes any tables and indexes as an SQLite 3 database (sqlite.org/fileformat2.html): pages of 4096 bytes, b-trees filled from
 * below, overflow pages, UTF-8, no free pages, rollback journal, so that the file can be read from a read-only file system.
 *
 * <p>The same packages give the same bytes. It reads no database, writes no write-ahead log, and knows only the
 * column types that these tables have: whole numbers, text, bytes.
 */
package dev.caisson.rpmdb;
