/**
 * Starts an image in QEMU, as its users' machines would: UEFI firmware that enforces Secure Boot with the variant's own keys, a
 * disk that is larger than the image, a network card behind NAT, and the serial console.
 *
 * <p>{@link dev.caisson.engine.boot.MachineSpec} says what the machine is, {@link dev.caisson.engine.boot.BootHost} finds QEMU and
 * firmware on the host, {@link dev.caisson.engine.boot.BootDisk} makes the disk, {@link dev.caisson.engine.boot.QemuArguments} is
 * the command line, {@link dev.caisson.engine.boot.QemuMachine} the running process, and
 * {@link dev.caisson.engine.boot.SerialLog} what it says.
 *
 * <p>The image that is booted is never written to. The kernel's command line cannot be changed: it is part of what is signed.
 * What shall be different from boot to boot comes in as credentials (systemd.system-credentials(7)).
 */
package dev.caisson.engine.boot;
