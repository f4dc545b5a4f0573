package dev.caisson.engine.boot;

import java.util.List;

/** What the disk is attached to. */
public enum DiskBus {
    /** A virtio block device, {@code /dev/vda}. */
    VIRTIO("virtio-blk-pci,drive=disk,bootindex=0"),
    /** An NVMe controller, {@code /dev/nvme0n1}. */
    NVME("nvme,serial=caisson,drive=disk,bootindex=0"),
    /** A virtio SCSI controller, {@code /dev/sda}. */
    SCSI("scsi-hd,drive=disk,bootindex=0");

    private final String device;

    DiskBus(String device) {
        this.device = device;
    }

    /** The arguments that attach the drive named {@code disk}. */
    List<String> arguments() {
        return this == SCSI
                ? List.of("-device", "virtio-scsi-pci,id=scsi", "-device", device)
                : List.of("-device", device);
    }
}
