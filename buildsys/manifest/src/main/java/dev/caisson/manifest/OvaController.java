package dev.caisson.manifest;

/** What the disks of an OVA's machine hang on. */
public enum OvaController implements Labelled {
    /** VMware's paravirtual SCSI. */
    PVSCSI,
    /** NVMe. */
    NVME
}
