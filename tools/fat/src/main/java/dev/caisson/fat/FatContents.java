package dev.caisson.fat;

import dev.caisson.filetree.FileTree;

/**
 * What a FAT file system holds.
 *
 * @param type FAT16 or FAT32
 * @param volumeId serial number
 * @param label label of the root directory, or empty
 * @param clusterBytes bytes per cluster
 * @param clusters number of clusters
 * @param freeClusters number of clusters that nothing uses
 * @param tree files and directories, owned by root, modes 0644 and 0755, times as UTC
 */
public record FatContents(
        FatType type, long volumeId, String label, int clusterBytes, long clusters, long freeClusters, FileTree tree) {}
