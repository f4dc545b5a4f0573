/**
 * Upload bundles: for clouds whose own command lines do the upload. A bundle is a folder with the disk in the cloud's format, what
 * belongs to it, and {@code commands.sh} with the exact commands; {@code bundle.json} says the same for machines. Making one
 * needs no credentials and no network.
 */
package dev.caisson.publish.bundle;
