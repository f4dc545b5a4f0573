package dev.caisson.ova;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;

/**
 * Generates the descriptor of one virtual machine (DSP0243 1.1.0) with VMware's extensions: EFI firmware, Secure Boot keys,
 * {@code disk.enableUUID}. Elements within an Item are in alphabetical order, as the CIM schema wants them.
 */
public final class OvfDescriptor {
    private static final String FORMAT = "http://www.vmware.com/interfaces/specifications/vmdk.html#streamOptimized";
    private static final String SCHEMA = "http://schemas.dmtf.org/";
    private static final String CIM = SCHEMA + "wbem/wscim/1/cim-schema/2/";
    private static final int CONTROLLER_ID = 3;
    private static final int FIRST_DISK_ID = 10;
    private static final int NETWORK_CARD_ID = 4;
    private static final int MOST_DISKS = 2;

    private final StringBuilder out = new StringBuilder(8192);
    private final OvfMachine machine;
    private final List<OvaDisk> disks;

    private OvfDescriptor(OvfMachine machine, List<OvaDisk> disks) {
        this.machine = machine;
        this.disks = disks;
    }

    /**
     * The descriptor.
     *
     * @param disks one or two, in the order of their places on the controller
     * @throws IllegalArgumentException for another number, or text that XML cannot hold
     */
    public static byte[] generate(OvfMachine machine, List<OvaDisk> disks) {
        if (disks.isEmpty() || disks.size() > MOST_DISKS) {
            throw new IllegalArgumentException(disks.size() + " disks, expected 1 or 2");
        }
        return new OvfDescriptor(machine, disks).text().getBytes(StandardCharsets.UTF_8);
    }

    private String text() {
        line("<?xml version=\"1.0\" encoding=\"UTF-8\"?>");
        line("<Envelope xmlns=\"" + SCHEMA + "ovf/envelope/1\" xmlns:ovf=\"" + SCHEMA + "ovf/envelope/1\" xmlns:rasd=\""
                + CIM
                + "CIM_ResourceAllocationSettingData\" xmlns:vssd=\"" + CIM
                + "CIM_VirtualSystemSettingData\" xmlns:vmw=\"http://www.vmware.com/schema/ovf\""
                + " xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">");
        references();
        diskSection();
        line("  <NetworkSection>");
        line("    <Info>The list of logical networks</Info>");
        line("    <Network ovf:name=\"" + escaped(machine.network()) + "\">");
        line("      <Description>The network of the first card</Description>");
        line("    </Network>");
        line("  </NetworkSection>");
        line("  <VirtualSystem ovf:id=\"" + escaped(machine.name()) + "\">");
        line("    <Info>A virtual machine</Info>");
        line("    <Name>" + escaped(machine.name()) + "</Name>");
        line("    <OperatingSystemSection ovf:id=\"100\" vmw:osType=\"other4xLinux64Guest\">");
        line("      <Info>The guest's operating system</Info>");
        line("      <Description>" + escaped(machine.product()) + "</Description>");
        line("    </OperatingSystemSection>");
        hardware();
        productSection();
        line("  </VirtualSystem>");
        line("</Envelope>");
        return out.toString();
    }

    private void references() {
        line("  <References>");
        for (int i = 0; i < disks.size(); i++) {
            line("    <File ovf:href=\"" + escaped(disks.get(i).fileName()) + "\" ovf:id=\"file" + (i + 1)
                    + "\" ovf:size=\"" + disks.get(i).file().size() + "\"/>");
        }
        line("  </References>");
    }

    private void diskSection() {
        line("  <DiskSection>");
        line("    <Info>The list of virtual disks</Info>");
        for (int i = 0; i < disks.size(); i++) {
            OvaDisk disk = disks.get(i);
            line("    <Disk ovf:capacity=\"" + disk.capacityBytes()
                    + "\" ovf:capacityAllocationUnits=\"byte\" ovf:diskId=\"vmdisk"
                    + (i + 1) + "\" ovf:fileRef=\"file" + (i + 1) + "\" ovf:format=\"" + FORMAT
                    + "\" ovf:populatedSize=\"" + disk.populatedBytes() + "\"/>");
        }
        line("  </DiskSection>");
    }

    private void hardware() {
        line("    <VirtualHardwareSection ovf:transport=\"com.vmware.guestInfo\">");
        line("      <Info>The virtual hardware</Info>");
        line("      <System>");
        line("        <vssd:ElementName>Virtual Hardware Family</vssd:ElementName>");
        line("        <vssd:InstanceID>0</vssd:InstanceID>");
        line("        <vssd:VirtualSystemIdentifier>" + escaped(machine.name()) + "</vssd:VirtualSystemIdentifier>");
        line("        <vssd:VirtualSystemType>vmx-" + machine.hardwareVersion() + "</vssd:VirtualSystemType>");
        line("      </System>");
        item(
                "AllocationUnits", "hertz * 10^6",
                "Description", "Number of virtual processors",
                "ElementName", machine.cpus() + " virtual processors",
                "InstanceID", "1",
                "ResourceType", "3",
                "VirtualQuantity", Integer.toString(machine.cpus()));
        item(
                "AllocationUnits", "byte * 2^20",
                "Description", "Memory size",
                "ElementName", machine.memoryMib() + " MiB of memory",
                "InstanceID", "2",
                "ResourceType", "4",
                "VirtualQuantity", Integer.toString(machine.memoryMib()));
        boolean nvme = machine.controller() == OvfMachine.Controller.NVME;
        item(
                "Address", "0",
                "Description", nvme ? "NVMe controller" : "SCSI controller",
                "ElementName", nvme ? "NVMe controller 0" : "SCSI controller 0",
                "InstanceID", Integer.toString(CONTROLLER_ID),
                "ResourceSubType", nvme ? "vmware.nvme.controller" : "VirtualSCSI",
                "ResourceType", nvme ? "20" : "6");
        for (int i = 0; i < disks.size(); i++) {
            item(
                    "AddressOnParent",
                    Integer.toString(i),
                    "ElementName",
                    "disk" + i,
                    "HostResource",
                    "ovf:/disk/vmdisk" + (i + 1),
                    "InstanceID",
                    Integer.toString(FIRST_DISK_ID + i),
                    "Parent",
                    Integer.toString(CONTROLLER_ID),
                    "ResourceType",
                    "17");
        }
        item(
                "AddressOnParent", "2",
                "AutomaticAllocation", "true",
                "Connection", machine.network(),
                "Description", "vmxnet3 network card",
                "ElementName", "network card 0",
                "InstanceID", Integer.toString(NETWORK_CARD_ID),
                "ResourceSubType", "VmxNet3",
                "ResourceType", "10");
        config("Config", "firmware", "efi");
        config(
                "Config",
                "bootOptions.efiSecureBootEnabled",
                Boolean.toString(machine.secureBoot().isPresent()));
        if (machine.diskUuids()) {
            config("ExtraConfig", "disk.enableUUID", "TRUE");
        }
        machine.secureBoot().ifPresent(this::secureBoot);
        machine.extraConfig().forEach((key, value) -> config("ExtraConfig", key, value));
        line("    </VirtualHardwareSection>");
    }

    private void secureBoot(OvfSecureBoot keys) {
        variable("PKDefault", List.of(keys.platformKey()));
        variable("KEKDefault", keys.keyExchangeKeys());
        variable("dbDefault", keys.database());
        variable("dbxDefault", keys.forbidden());
    }

    /** The defaults of a machine without settings of its own: these values, and none of the vendor's. */
    private void variable(String name, List<byte[]> values) {
        for (int i = 0; i < values.size(); i++) {
            config(
                    "ExtraConfig",
                    "uefi.secureBoot." + name + ".value" + i,
                    HexFormat.of().formatHex(values.get(i)));
        }
        if (!values.isEmpty()) {
            config("ExtraConfig", "uefi.secureBoot." + name + ".append", "FALSE");
        }
    }

    private void productSection() {
        line("    <ProductSection>");
        line("      <Info>What is installed</Info>");
        line("      <Product>" + escaped(machine.product()) + "</Product>");
        line("      <Version>" + escaped(machine.version()) + "</Version>");
        for (OvfProperty property : machine.properties()) {
            line("      <Property ovf:key=\"" + escaped(property.key()) + "\" ovf:type=\"string\""
                    + (property.password() ? " ovf:password=\"true\"" : "")
                    + " ovf:userConfigurable=\"true\" ovf:value=\""
                    + escaped(property.value()) + "\">");
            line("        <Label>" + escaped(property.label()) + "</Label>");
            line("        <Description>" + escaped(property.description()) + "</Description>");
            line("      </Property>");
        }
        line("    </ProductSection>");
    }

    private void item(String... namesAndValues) {
        line("      <Item>");
        for (int i = 0; i < namesAndValues.length; i += 2) {
            String name = "rasd:" + namesAndValues[i];
            line("        <" + name + ">" + escaped(namesAndValues[i + 1]) + "</" + name + ">");
        }
        line("      </Item>");
    }

    private void config(String element, String key, String value) {
        line("      <vmw:" + element + " ovf:required=\"false\" vmw:key=\"" + escaped(key) + "\" vmw:value=\""
                + escaped(value) + "\"/>");
    }

    private void line(String text) {
        out.append(text).append('\n');
    }

    /** Text as XML: what has a meaning there becomes a reference. */
    static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length());
        text.codePoints().forEach(point -> {
            switch (point) {
                case '&' -> escaped.append("&amp;");
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '"' -> escaped.append("&quot;");
                case '\n', '\t', '\r' -> escaped.append("&#").append(point).append(';');
                default -> {
                    if (point < ' ' || point >= 0xd800 && point < 0xe000 || point == 0xfffe || point == 0xffff) {
                        throw new IllegalArgumentException("character " + point + " cannot be in XML");
                    }
                    escaped.appendCodePoint(point);
                }
            }
        });
        return escaped.toString();
    }
}
