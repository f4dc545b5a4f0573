/**
 * The tree of an image, independent of any host: names are bytes, owners are numbers, device nodes and extended attributes
 * are data. Nothing in here touches a host file system, so no privilege is ever needed to describe a root file system.
 *
 * <p>A {@link dev.caisson.filetree.FileTree} is an immutable map from path to inode. Hard links are two paths that lead to
 * the same {@link dev.caisson.filetree.Inode} object; link counts are counted from that when an image is planned.
 */
package dev.caisson.filetree;
