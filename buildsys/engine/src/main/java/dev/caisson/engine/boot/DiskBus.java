package dev.caisson.engine.boot;

import java.util.List;

/** What the disk is attached to. */
public enum DiskBus {
    /** A virtio block device, {@code /dev/vda}. */
    VIRTIO("virtio-blk-pci,drive=disk"),
    /** An NVMe controller, {@code /dev/nvme0n1}. */
    NVME("nvme,serial=caisson,drive=disk"),
    /** A virtio SCSI controller, {@code /dev/sda}. */
    SCSI("scsi-hd,drive=disk");

    private final String device;

    DiskBus(String device) {
        this.device = device;
    }

    /** The arguments that attach the drive named {@code disk}, which is the firmware's choice of this number, from 0. */
    List<String> arguments(int bootIndex) {
        String attached = device + ",bootindex=" + bootIndex;
        return this == SCSI
                ? List.of("-device", "virtio-scsi-pci,id=scsi", "-device", attached)
                : List.of("-device", attached);
    }
}
