/**
 * OVF packages (DMTF DSP0243 1.1.0) as one file: descriptor, manifest, certificate, disks.
 *
 * <p>Written: a descriptor for one virtual machine with one or two stream-optimized VMDKs ({@link
 * dev.caisson.ova.OvfDescriptor}) or a user's own with placeholders ({@link dev.caisson.ova.OvfTemplate}); a manifest of SHA-256
 * digests ({@link dev.caisson.ova.OvfManifest}), which vSphere 6.5 and later take; a signature over it; and the archive ({@link
 * dev.caisson.ova.OvaPlan}) in the ustar format without extensions, in the order that importers insist on: descriptor, manifest,
 * certificate, files as the descriptor refers to them (DSP0243, section 5.3 and annex). It knows no
 * multi-machine collections, no deployment options and no compressed or chunked references. {@link dev.caisson.ova.OvaPackage}
 * reads what it writes and what VMware's tools write, as strictly as importers do.
 */
package dev.caisson.ova;
