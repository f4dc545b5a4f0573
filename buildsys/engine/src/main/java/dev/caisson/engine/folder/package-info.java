/** Folders of package files: read without metadata, and made into repositories. */
package dev.caisson.engine.folder;
