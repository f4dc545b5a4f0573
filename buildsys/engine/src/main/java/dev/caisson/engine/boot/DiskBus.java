package dev.caisson.engine.boot;

import java.util.List;

/** What the disk is attached to. */
public enum DiskBus {
    /** A virtio block device, {@code /dev/vda}. */
    VIRTIO("virtio-blk-pci,drive=disk"),
    /** An NVMe controller, {@code /dev/nvme0n1}. */
    NVME("nvme,serial=caisson,drive=disk"),
    /** A virtio SCSI controller, {@code /dev/sda}. */
    SCSI("scsi-hd,drive=disk"),
    /** VMware's paravirtual SCSI controller, {@code /dev/sda}; the network card is VMware's then, too. x86-64 only. */
    PVSCSI("scsi-hd,drive=disk");

    private final String device;

    DiskBus(String device) {
        this.device = device;
    }

    /** The arguments that attach the drive named {@code disk}, which is the firmware's choice of this number, from 0. */
    List<String> arguments(int bootIndex) {
        String attached = device + ",bootindex=" + bootIndex;
        return switch (this) {
            case SCSI -> List.of("-device", "virtio-scsi-pci,id=scsi", "-device", attached);
            case PVSCSI -> List.of("-device", "pvscsi,id=scsi", "-device", attached);
            case VIRTIO, NVME -> List.of("-device", attached);
        };
    }

    /** The network card that such machines have. */
    String networkCard() {
        return this == PVSCSI ? "vmxnet3" : "virtio-net-pci";
    }
}
