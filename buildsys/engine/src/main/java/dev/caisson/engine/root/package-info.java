/**
 * From package layers to one root file system, without running any of their scripts: the layers are merged by canonical
 * path, and what the scripts would have done is done by ordered transforms of the tree, or declared in the variant.
 *
 * <p>A transform is a pure function of the tree and of what it was made with. None looks at the host.
 */
package dev.caisson.engine.root;
