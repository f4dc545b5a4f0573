package dev.caisson.publish.aws.stub;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/** EC2, 2016-11-15: the query protocol. A parameter that it does not know is an error. */
final class Ec2Stub {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9()\\[\\] ./'@_-]{3,128}");
    private static final String CREATED = "2026-01-02T03:04:05.000Z";

    private final Cloud cloud;
    private final Cloud.Region region;
    private final String regionName;
    private final Map<String, String> form;

    Ec2Stub(Cloud cloud, String regionName, Map<String, String> form) {
        this.cloud = cloud;
        this.region = cloud.region(regionName);
        this.regionName = regionName;
        this.form = form;
    }

    String answer(String action) {
        return switch (action) {
            case "DescribeImages" -> describeImages();
            case "DescribeSnapshots" -> describeSnapshots();
            case "RegisterImage" -> register();
            case "CopyImage" -> copy();
            case "DeregisterImage" -> deregister();
            case "DeleteSnapshot" -> deleteSnapshot();
            case "ModifySnapshotAttribute" -> modifySnapshot();
            case "ModifyImageAttribute" -> modifyImage();
            case "DescribeSnapshotAttribute" -> describeSnapshotAttribute();
            case "DescribeImageAttribute" -> describeImageAttribute();
            case "EnableImageDeprecation" -> deprecate();
            case "GetImageBlockPublicAccessState" -> {
                only();
                yield "<imageBlockPublicAccessState>"
                        + (cloud.publicImagesBlocked ? "block-new-sharing" : "unblocked")
                        + "</imageBlockPublicAccessState>";
            }
            default -> throw StubFailure.invalid("InvalidAction", action);
        };
    }

    private void only(String... patterns) {
        Pattern known = Pattern.compile("Action|Version|" + String.join("|", patterns));
        for (String key : form.keySet()) {
            if (!known.matcher(key).matches()) {
                throw StubFailure.invalid("UnknownParameter", key);
            }
        }
    }

    private static StubFailure invalid(String text) {
        return StubFailure.invalid("InvalidParameterValue", text);
    }

    private String required(String key) {
        String value = form.get(key);
        if (value == null || value.isEmpty()) {
            throw StubFailure.invalid("MissingParameter", key);
        }
        return value;
    }

    /** Values of {@code prefix.1}, {@code prefix.2}, …. */
    private List<String> list(String prefix) {
        List<String> values = new ArrayList<>();
        for (int i = 1; form.containsKey(prefix + "." + i); i++) {
            values.add(form.get(prefix + "." + i));
        }
        return values;
    }

    private Map<String, List<String>> filters() {
        Map<String, List<String>> filters = new TreeMap<>();
        for (int i = 1; form.containsKey("Filter." + i + ".Name"); i++) {
            filters.put(form.get("Filter." + i + ".Name"), list("Filter." + i + ".Value"));
        }
        return filters;
    }

    private static boolean matches(
            Map<String, List<String>> filters, Map<String, String> attributes, Map<String, String> tags) {
        for (Map.Entry<String, List<String>> filter : filters.entrySet()) {
            String value = filter.getKey().startsWith("tag:")
                    ? tags.get(filter.getKey().substring(4))
                    : attributes.get(filter.getKey());
            if (!filter.getKey().startsWith("tag:") && !attributes.containsKey(filter.getKey())) {
                throw invalid("filter " + filter.getKey());
            }
            if (filter.getValue().stream().noneMatch(wanted -> wanted.equals(value))) {
                return false;
            }
        }
        return true;
    }

    private String describeImages() {
        only("Owner\\.\\d+", "Filter\\..*", "IncludeDeprecated", "ImageId\\.\\d+");
        StringBuilder items = new StringBuilder();
        List<String> ids = list("ImageId");
        for (Cloud.Image image : region.images.values()) {
            Map<String, String> attributes = Map.of("name", image.name, "state", image.state, "image-id", image.id);
            if ((ids.isEmpty() || ids.contains(image.id))
                    && matches(filters(), attributes, image.tags)
                    && seen(image)) {
                items.append("<item>").append(xml(image)).append("</item>");
            }
        }
        return "<imagesSet>" + items + "</imagesSet>";
    }

    private static boolean seen(Cloud.Image image) {
        if (image.unseen > 0) {
            image.unseen--;
            return false;
        }
        if (image.state.equals("pending") && image.looks-- <= 0) {
            image.state = image.fails ? "failed" : "available";
        }
        return true;
    }

    private static String element(String name, String value) {
        return value == null || value.isEmpty() ? "" : "<" + name + ">" + escape(value) + "</" + name + ">";
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private String xml(Cloud.Image image) {
        StringBuilder xml = new StringBuilder();
        xml.append(element("imageId", image.id)).append(element("imageState", image.state));
        xml.append(element("imageOwnerId", AwsStub.ACCOUNT)).append(element("name", image.name));
        xml.append(element("isPublic", Boolean.toString(image.grants.contains("group all"))));
        xml.append(element("creationDate", CREATED)).append(element("deprecationTime", image.deprecation));
        xml.append(element("rootDeviceType", "ebs")).append(element("imageType", "machine"));
        Map<String, String> names = Map.of(
                "Description", "description",
                "Architecture", "architecture",
                "VirtualizationType", "virtualizationType",
                "RootDeviceName", "rootDeviceName",
                "BootMode", "bootMode",
                "TpmSupport", "tpmSupport",
                "ImdsSupport", "imdsSupport",
                "EnaSupport", "enaSupport",
                "SriovNetSupport", "sriovNetSupport");
        names.forEach((from, to) -> xml.append(element(to, image.attributes.get(from))));
        xml.append("<blockDeviceMapping>");
        for (Map<String, String> device : image.devices) {
            xml.append("<item>")
                    .append(element("deviceName", device.get("DeviceName")))
                    .append("<ebs>");
            xml.append(element("snapshotId", device.get("SnapshotId")));
            xml.append(element("volumeSize", device.get("VolumeSize")));
            xml.append(element("volumeType", device.get("VolumeType")));
            xml.append(element("iops", device.get("Iops")));
            xml.append(element("throughput", device.get("Throughput")));
            xml.append(element("deleteOnTermination", device.get("DeleteOnTermination")));
            String snapshot = device.get("SnapshotId");
            boolean encrypted =
                    snapshot != null && !region.snapshots.get(snapshot).key.isEmpty();
            xml.append(element("encrypted", Boolean.toString(encrypted)));
            xml.append("</ebs></item>");
        }
        return xml.append("</blockDeviceMapping>").append(tagSet(image.tags)).toString();
    }

    private static String tagSet(Map<String, String> tags) {
        StringBuilder xml = new StringBuilder("<tagSet>");
        tags.forEach((key, value) -> xml.append("<item>")
                .append(element("key", key))
                .append("<value>")
                .append(escape(value))
                .append("</value></item>"));
        return xml.append("</tagSet>").toString();
    }

    private String describeSnapshots() {
        only("Owner\\.\\d+", "Filter\\..*", "SnapshotId\\.\\d+", "MaxResults", "NextToken");
        List<String> ids = list("SnapshotId");
        StringBuilder items = new StringBuilder();
        int found = 0;
        for (Cloud.Snapshot snapshot : region.snapshots.values()) {
            Map<String, String> attributes = Map.of("status", snapshot.state, "snapshot-id", snapshot.id);
            if (snapshot.deleted
                    || !ids.isEmpty() && !ids.contains(snapshot.id)
                    || !matches(filters(), attributes, snapshot.tags)) {
                continue;
            }
            if (snapshot.unseen > 0 && !ids.isEmpty()) {
                snapshot.unseen--;
                continue;
            }
            found++;
            if (snapshot.sealed && snapshot.state.equals("pending") && snapshot.looks-- <= 0) {
                snapshot.state = "completed";
            }
            items.append("<item>").append(element("snapshotId", snapshot.id)).append(element("status", snapshot.state));
            items.append(element("volumeSize", Integer.toString(snapshot.gib)));
            items.append(element("encrypted", Boolean.toString(!snapshot.key.isEmpty())));
            items.append(tagSet(snapshot.tags)).append("</item>");
        }
        if (found < ids.size()) {
            throw StubFailure.invalid("InvalidSnapshot.NotFound", "The snapshot '" + ids + "' does not exist.");
        }
        return "<snapshotSet>" + items + "</snapshotSet>";
    }

    private Map<String, String> tags(String type) {
        Map<String, String> tags = new LinkedHashMap<>();
        for (int i = 1; form.containsKey("TagSpecification." + i + ".ResourceType"); i++) {
            String at = "TagSpecification." + i;
            if (!Set.of("image", "snapshot").contains(form.get(at + ".ResourceType"))) {
                throw invalid("tags of " + form.get(at + ".ResourceType"));
            }
            for (int j = 1; form.containsKey(at + ".Tag." + j + ".Key"); j++) {
                if (form.get(at + ".ResourceType").equals(type)) {
                    tags.put(form.get(at + ".Tag." + j + ".Key"), form.get(at + ".Tag." + j + ".Value"));
                }
            }
        }
        return tags;
    }

    private void checkName(String name) {
        if (!NAME.matcher(name).matches()) {
            throw StubFailure.invalid("InvalidAMIName.Malformed", name);
        }
        if (region.images.values().stream().anyMatch(image -> image.name.equals(name))) {
            throw StubFailure.invalid("InvalidAMIName.Duplicate", "AMI name " + name + " is already in use");
        }
    }

    private String register() {
        List<String> known = List.of(
                "Name",
                "Description",
                "Architecture",
                "RootDeviceName",
                "VirtualizationType",
                "BootMode",
                "TpmSupport",
                "ImdsSupport",
                "EnaSupport",
                "SriovNetSupport",
                "UefiData");
        only(String.join("|", known), "BlockDeviceMapping\\..*", "TagSpecification\\..*");
        String name = required("Name");
        checkName(name);
        Cloud.Image image = new Cloud.Image();
        known.stream().filter(form::containsKey).forEach(key -> image.attributes.put(key, form.get(key)));
        if (!Set.of("x86_64", "arm64").contains(required("Architecture"))
                || !required("VirtualizationType").equals("hvm")
                || !Set.of("uefi", "uefi-preferred", "legacy-bios").contains(required("BootMode"))
                || form.containsKey("TpmSupport") && !form.get("BootMode").equals("uefi")) {
            throw invalid("Architecture, VirtualizationType, BootMode or TpmSupport");
        }
        Optional.ofNullable(form.get("UefiData")).ifPresent(Ec2Stub::checkUefi);
        for (int i = 1; form.containsKey("BlockDeviceMapping." + i + ".DeviceName"); i++) {
            image.devices.add(device("BlockDeviceMapping." + i));
        }
        if (image.devices.stream().noneMatch(d -> d.get("DeviceName").equals(required("RootDeviceName")))) {
            throw StubFailure.invalid("InvalidBlockDeviceMapping", "no root device");
        }
        return add(image, name);
    }

    private String add(Cloud.Image image, String name) {
        image.id = cloud.id("ami");
        image.name = name;
        image.looks = cloud.pendingLooks;
        image.unseen = cloud.unseenLooks;
        image.tags.putAll(tags("image"));
        region.images.put(image.id, image);
        return element("imageId", image.id);
    }

    private Map<String, String> device(String at) {
        Map<String, String> device = new LinkedHashMap<>();
        device.put("DeviceName", form.get(at + ".DeviceName"));
        for (String key : form.keySet()) {
            if (key.startsWith(at + ".Ebs.")) {
                device.put(key.substring(at.length() + 5), form.get(key));
            }
        }
        if (!Set.of("gp2", "gp3", "io1", "io2").contains(device.get("VolumeType"))) {
            throw invalid("VolumeType " + device.get("VolumeType"));
        }
        String id = device.get("SnapshotId");
        if (id != null) {
            Cloud.Snapshot snapshot = region.snapshots.get(id);
            if (snapshot == null || snapshot.deleted) {
                throw StubFailure.invalid("InvalidSnapshot.NotFound", id);
            }
            if (!snapshot.state.equals("completed") || Integer.parseInt(device.get("VolumeSize")) < snapshot.gib) {
                throw StubFailure.invalid("InvalidBlockDeviceMapping", id + " is " + snapshot.state);
            }
        }
        return device;
    }

    private static void checkUefi(String text) {
        byte[] bytes = Base64.getDecoder().decode(text);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 12, bytes.length - 12);
        if (text.length() > 64000 || in.getLong() != 0x494645554e5a4d41L || in.getInt() != (int) crc.getValue()) {
            throw invalid("UefiData");
        }
    }

    private String copy() {
        only(
                "Name",
                "Description",
                "SourceRegion",
                "SourceImageId",
                "ClientToken",
                "Encrypted",
                "KmsKeyId",
                "TagSpecification\\..*");
        String token = "copy " + form.getOrDefault("ClientToken", cloud.id("token"));
        String known = region.tokens.get(token);
        if (known != null) {
            if (!region.tokenRequests.get(token).equals(form.toString())) {
                throw StubFailure.invalid("IdempotentParameterMismatch", token);
            }
            return element("imageId", known);
        }
        Cloud.Region from = cloud.region(required("SourceRegion"));
        Cloud.Image source = from.images.get(required("SourceImageId"));
        if (source == null
                || !source.state.equals("available")
                || form.get("SourceRegion").equals(regionName)) {
            throw StubFailure.invalid("InvalidAMIID.NotFound", required("SourceImageId"));
        }
        checkName(required("Name"));
        Cloud.Image image = new Cloud.Image();
        image.attributes.putAll(source.attributes);
        image.fails = cloud.failingCopies > 0;
        cloud.failingCopies = Math.max(0, cloud.failingCopies - 1);
        for (Map<String, String> device : source.devices) {
            Map<String, String> own = new LinkedHashMap<>(device);
            if (device.containsKey("SnapshotId")) {
                own.put("SnapshotId", copySnapshot(from.snapshots.get(device.get("SnapshotId"))));
            }
            image.devices.add(own);
        }
        String answer = add(image, form.get("Name"));
        region.tokens.put(token, image.id);
        region.tokenRequests.put(token, form.toString());
        return answer;
    }

    private String copySnapshot(Cloud.Snapshot source) {
        Cloud.Snapshot copy = new Cloud.Snapshot();
        copy.id = cloud.id("snap");
        copy.state = "completed";
        copy.sealed = true;
        copy.gib = source.gib;
        copy.content.putAll(source.content);
        copy.key = "true".equals(form.get("Encrypted")) ? form.getOrDefault("KmsKeyId", "default") : source.key;
        if (!copy.key.isEmpty() && !copy.key.equals("default") && !region.keys.containsKey(copy.key)) {
            throw StubFailure.invalid("InvalidParameterValue", "key " + copy.key + " is not in " + regionName);
        }
        copy.tags.putAll(tags("snapshot"));
        region.snapshots.put(copy.id, copy);
        return copy.id;
    }

    private Cloud.Image image() {
        Cloud.Image image = region.images.get(required("ImageId"));
        if (image == null) {
            throw StubFailure.invalid("InvalidAMIID.NotFound", required("ImageId"));
        }
        return image;
    }

    private Cloud.Snapshot snapshot() {
        Cloud.Snapshot snapshot = region.snapshots.get(required("SnapshotId"));
        if (snapshot == null || snapshot.deleted) {
            throw StubFailure.invalid("InvalidSnapshot.NotFound", required("SnapshotId"));
        }
        return snapshot;
    }

    private String deregister() {
        only("ImageId");
        region.images.remove(image().id);
        return "<return>true</return>";
    }

    private String deleteSnapshot() {
        only("SnapshotId");
        Cloud.Snapshot snapshot = snapshot();
        for (Cloud.Image image : region.images.values()) {
            if (image.devices.stream().anyMatch(device -> snapshot.id.equals(device.get("SnapshotId")))) {
                throw StubFailure.invalid("InvalidSnapshot.InUse", snapshot.id + " is in use by " + image.id);
            }
        }
        snapshot.deleted = true;
        return "<return>true</return>";
    }

    private String modifySnapshot() {
        only("SnapshotId", "Attribute", "OperationType", "UserId\\.\\d+", "UserGroup\\.\\d+");
        Cloud.Snapshot snapshot = snapshot();
        if (!required("Attribute").equals("createVolumePermission")
                || !required("OperationType").equals("add")) {
            throw invalid("Attribute or OperationType");
        }
        list("UserId").forEach(user -> snapshot.grants.add("user " + user));
        for (String group : list("UserGroup")) {
            if (!snapshot.key.isEmpty()) {
                throw invalid("an encrypted snapshot cannot be public");
            }
            snapshot.grants.add("group " + group);
        }
        return "<return>true</return>";
    }

    private String modifyImage() {
        only(
                "ImageId",
                "Attribute",
                "OperationType",
                "UserId\\.\\d+",
                "UserGroup\\.\\d+",
                "OrganizationArn\\.\\d+",
                "OrganizationalUnitArn\\.\\d+",
                "LaunchPermission\\..*");
        Cloud.Image image = image();
        if (!image.state.equals("available")) {
            throw StubFailure.invalid("InvalidAMIID.Unavailable", image.id);
        }
        Set<String> added = new LinkedHashSet<>();
        list("UserId").forEach(user -> added.add("user " + user));
        list("UserGroup").forEach(group -> added.add("group " + group));
        list("OrganizationArn").forEach(arn -> added.add("organization " + arn));
        list("OrganizationalUnitArn").forEach(arn -> added.add("unit " + arn));
        if (added.contains("group all") && cloud.publicImagesBlocked) {
            throw new StubFailure(403, "OperationNotPermitted", "block public access");
        }
        for (Map<String, String> device : image.devices) {
            Cloud.Snapshot snapshot = region.snapshots.get(device.getOrDefault("SnapshotId", ""));
            for (String grant : added) {
                if (snapshot != null
                        && !grant.startsWith("o")
                        && !grant.startsWith("unit")
                        && !snapshot.grants.contains(grant)) {
                    cloud.violations.add(image.id + " was shared with " + grant + " before " + snapshot.id);
                }
            }
        }
        image.grants.addAll(added);
        return "<return>true</return>";
    }

    private String describeSnapshotAttribute() {
        only("SnapshotId", "Attribute");
        return "<snapshotId>" + snapshot().id + "</snapshotId><createVolumePermission>" + grants(snapshot().grants)
                + "</createVolumePermission>";
    }

    private String describeImageAttribute() {
        only("ImageId", "Attribute");
        return "<imageId>" + image().id + "</imageId><launchPermission>" + grants(image().grants)
                + "</launchPermission>";
    }

    private static String grants(Set<String> grants) {
        Map<String, String> names = Map.of(
                "user", "userId", "group", "group", "organization", "organizationArn", "unit", "organizationalUnitArn");
        StringBuilder xml = new StringBuilder();
        for (String grant : grants) {
            String[] parts = grant.split(" ", 2);
            xml.append("<item>").append(element(names.get(parts[0]), parts[1])).append("</item>");
        }
        return xml.toString();
    }

    private String deprecate() {
        only("ImageId", "DeprecateAt");
        image().deprecation = required("DeprecateAt");
        return "<return>true</return>";
    }
}
