package dev.caisson.manifest;

import static dev.caisson.manifest.Shapes.choice;
import static dev.caisson.manifest.Shapes.either;
import static dev.caisson.manifest.Shapes.list;
import static dev.caisson.manifest.Shapes.map;
import static dev.caisson.manifest.Shapes.size;
import static dev.caisson.manifest.Shapes.whole;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The section {@code ami}: its keys, and what only the whole of it shows. Limits are those of the EC2 and EBS references. */
final class AmiBinder {
    private static final String DEFAULT_TYPE = "gp3";
    private static final int LEAST_THROUGHPUT = 125;
    private static final int MOST_THROUGHPUT = 2000;
    private static final int MOST_TAGS = 45;
    private static final int MOST_TAG_KEY = 128;
    private static final int MOST_TAG_VALUE = 256;
    private static final int LEAST_IOPS = 100;
    private static final int MOST_IOPS = 256_000;
    private static final int MOST_DAYS = 3650;
    private static final int MOST_PUBLIC_DAYS = 730;
    private static final long GIB = 1L << 30;
    private static final long MOST_GIB = 65_536;

    private static final Shape REGION = Shapes.text("a region such as eu-central-1", "^[a-z]{2}(-[a-z]+)+-[0-9]{1,2}$");
    private static final Shape KEY =
            Shapes.text("the ARN of a KMS key", "^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:key/[0-9A-Za-z-]{1,64}$");
    private static final Shape DEVICE =
            Shapes.text("a device name such as /dev/xvda", "^/dev/(xvd|sd)[a-z]{1,2}[0-9]*$");
    private static final Shape ACCOUNT =
            new Shape.Text("an account of 12 digits in quotes", "^[0-9]{12}$", true, text -> "");
    private static final Shape PARAMETER_NAME = Shapes.text(
            "a parameter name: letters, digits, . _ - / and variables in braces", "^[A-Za-z0-9._/{}-]{1,1011}$");

    private final Fields root;
    private final Fields ami;
    private final boolean signed;

    /**
     * @param root the whole manifest
     * @param signed whether the image is signed for Secure Boot
     */
    AmiBinder(Fields root, boolean signed) {
        this.root = root;
        this.ami = root.map("ami");
        this.signed = signed;
    }

    static Shape shape() {
        return map().key("name", Shapes.LINE, "Name: a template. Default: \"{variant}-{version}-{arch}\".")
                .key("description", Shapes.LINE, "Description: a template. Default: \"{description}\".")
                .key(
                        "regions",
                        list(either(REGION, region())),
                        "The first is uploaded to, the others get copies. Default: as the command line says.")
                .key("encrypted", Shapes.FLAG, "Whether to encrypt where no key is named. Default: false.")
                .key("boot-mode", choice(AmiBootMode.class), "What EC2's firmware does. Default: uefi.")
                .key("tpm", Shapes.FLAG, "Whether instances have a TPM 2.0. Default: true with boot-mode uefi.")
                .key("imds", choice("v2", "any"), "Whether the metadata service demands tokens. Default: v2.")
                .key(
                        "secure-boot",
                        Shapes.FLAG,
                        "Whether instances start with the signing profile's keys enrolled. Default: when signed for it.")
                .key("ena", Shapes.FLAG, "Drivers for the Elastic Network Adapter are there. Default: true.")
                .key("sriov", Shapes.FLAG, "Drivers for the older virtual functions are there. Default: true.")
                .key("root-device", DEVICE, "Name of the root volume. Default: /dev/xvda.")
                .key("volume", volume(false), "The root volume.")
                .key("data-volume", volume(true), "A second, empty volume. Default: none.")
                .key("tags", new Shape.AnyMap(), "Tags of image and snapshots, by key.")
                .key("deprecate-after", whole(1, MOST_DAYS), "Days after publication. Default: never.")
                .key("grants", grants(), "Who else may use it. Default: nobody.")
                .key("ssm", list(parameter()), "Parameters of Systems Manager that name it.")
                .build();
    }

    private static Shape region() {
        return map().required("name", REGION, "Its name.")
                .key("kms-key", KEY, "The key that encrypts the snapshots there. Default: none.")
                .build();
    }

    private static Shape volume(boolean data) {
        Shapes.MapBuilder volume = map();
        if (data) {
            volume.key("device", DEVICE, "Its name. Default: /dev/xvdb.");
        }
        return volume.key(
                        "size",
                        size(GIB, MOST_GIB * GIB),
                        data ? "Whole GiB. Required." : "Whole GiB. Default: as the image needs.")
                .key("type", choice("gp3", "gp2", "io2", "io1", "st1", "sc1", "standard"), "Default: gp3.")
                .key("iops", whole(LEAST_IOPS, MOST_IOPS), "gp3, io1, io2: operations per second.")
                .key("throughput", whole(LEAST_THROUGHPUT, MOST_THROUGHPUT), "gp3: MiB per second.")
                .key("delete-on-termination", Shapes.FLAG, "Default: true.")
                .build();
    }

    private static Shape grants() {
        return map().key("accounts", list(ACCOUNT), "Accounts.")
                .key(
                        "organizations",
                        list(Shapes.text(
                                "the ARN of an organization",
                                "^arn:aws[a-z-]*:organizations::[0-9]{12}:organization/o-[a-z0-9]{10,32}$")),
                        "Organizations.")
                .key(
                        "organizational-units",
                        list(Shapes.text(
                                "the ARN of an organizational unit",
                                "^arn:aws[a-z-]*:organizations::[0-9]{12}:ou/o-[a-z0-9]{10,32}/"
                                        + "ou-[0-9a-z]{4,32}-[0-9a-z]{8,32}$")),
                        "Organizational units.")
                .key("public", Shapes.FLAG, "Everybody. Default: false.")
                .build();
    }

    private static Shape parameter() {
        return map().required("name", PARAMETER_NAME, "Its name: a template.")
                .required("value", Shapes.LINE, "Its value: a template, usually \"{image_id}\".")
                .build();
    }

    AmiSpec bind() {
        AmiBootMode bootMode = ami.choice("boot-mode", AmiBootMode.class, AmiBootMode.UEFI);
        boolean uefi = bootMode != AmiBootMode.LEGACY_BIOS;
        boolean tpm = ami.flag("tpm", bootMode == AmiBootMode.UEFI);
        boolean secureBoot = ami.flag("secure-boot", signed && uefi);
        if (tpm && bootMode != AmiBootMode.UEFI) {
            root.findings()
                    .error(ami.at("tpm"), "a TPM needs boot-mode: uefi", "EC2 refuses it with " + bootMode.label());
        }
        if (secureBoot && !(signed && uefi)) {
            root.findings()
                    .error(
                            ami.at("secure-boot"),
                            "Secure Boot keys need " + (uefi ? "an image that is signed for it" : "UEFI"),
                            uefi ? "set signing: {secure-boot: true}" : "set boot-mode: uefi");
        }
        AmiSpec.Grants grants = boundGrants();
        return new AmiSpec(
                ami.text("name", "{variant}-{version}-{arch}"),
                ami.text("description", "{description}"),
                regions(grants),
                ami.flag("encrypted", false),
                bootMode,
                tpm,
                ami.text("imds", "v2").equals("v2"),
                secureBoot,
                ami.flag("ena", true),
                ami.flag("sriov", true),
                ami.text("root-device", "/dev/xvda"),
                volume(ami.map("volume")),
                dataVolume(),
                tags(),
                ami.wholeInt("deprecate-after"),
                grants,
                parameters());
    }

    private List<AmiSpec.Region> regions(AmiSpec.Grants grants) {
        List<AmiSpec.Region> regions = new ArrayList<>();
        Map<String, Position> seen = new HashMap<>();
        for (YamlNode item : ami.items("regions")) {
            Optional<AmiSpec.Region> region = Optional.empty();
            if (item instanceof YamlNode.Scalar scalar) {
                region = Optional.of(new AmiSpec.Region(scalar.text(), Optional.empty()));
            } else if (item instanceof YamlNode.Mapping map) {
                Fields fields = new Fields(map, root.findings());
                region = Items.bind(fields, () -> new AmiSpec.Region(fields.required("name"), fields.text("kms-key")));
            }
            if (region.isEmpty()) {
                continue;
            }
            Items.unique(root.findings(), seen, "region", region.get().name(), item.at());
            checkKey(region.get(), item.at());
            if (grants.everybody() && (region.get().kmsKey().isPresent() || ami.flag("encrypted", false))) {
                root.findings()
                        .error(item.at(), "a public image cannot be encrypted", "take away the key, or public: true");
            }
            regions.add(region.get());
        }
        return regions;
    }

    private void checkKey(AmiSpec.Region region, Position at) {
        if (region.kmsKey().isPresent()
                && !region.kmsKey().get().split(":", -1)[3].equals(region.name())) {
            root.findings()
                    .error(
                            at,
                            "the key of " + region.name() + " is one of "
                                    + region.kmsKey().get().split(":", -1)[3],
                            "a snapshot is encrypted with a key of its own region");
        }
    }

    private AmiSpec.Volume volume(Fields volume) {
        String type = volume.text("type", DEFAULT_TYPE);
        if (volume.has("throughput") && !type.equals(DEFAULT_TYPE)) {
            root.findings().error(volume.at("throughput"), "only gp3 volumes have a throughput", "type is " + type);
        }
        if (volume.has("iops") && !List.of(DEFAULT_TYPE, "io1", "io2").contains(type)) {
            root.findings().error(volume.at("iops"), "volumes of type " + type + " have no iops", "");
        }
        if (volume.size("size").isPresent() && volume.size("size").getAsLong() % GIB != 0) {
            root.findings().error(volume.at("size"), "the size of a volume is not whole GiB", "use GiB as unit");
        }
        return new AmiSpec.Volume(
                volume.size("size"),
                type,
                volume.wholeInt("iops"),
                volume.wholeInt("throughput"),
                volume.flag("delete-on-termination", true));
    }

    private Optional<AmiSpec.DataVolume> dataVolume() {
        if (!ami.has("data-volume")) {
            return Optional.empty();
        }
        Fields volume = ami.map("data-volume");
        String device = volume.text("device", "/dev/xvdb");
        if (!volume.has("size")) {
            root.findings().error(ami.at("data-volume"), "\"data-volume\" lacks \"size\"", "such as size: 20GiB");
        }
        if (device.equals(ami.text("root-device", "/dev/xvda"))) {
            root.findings().error(volume.at("device"), "both volumes are " + device, "choose another device");
        }
        return Optional.of(new AmiSpec.DataVolume(device, volume(volume)));
    }

    private Map<String, String> tags() {
        Map<String, String> tags = new LinkedHashMap<>();
        if (!(ami.node("tags") instanceof YamlNode.Mapping map)) {
            return tags;
        }
        map.entries().forEach((key, entry) -> {
            if (!(entry.value() instanceof YamlNode.Scalar value)
                    || key.length() > MOST_TAG_KEY
                    || value.text().length() > MOST_TAG_VALUE) {
                root.findings()
                        .error(
                                entry.key(),
                                "the tag \"" + key + "\" is no text of at most " + MOST_TAG_VALUE + " characters",
                                "keys have at most " + MOST_TAG_KEY);
            } else if (key.startsWith("aws:") || key.startsWith("caisson:")) {
                root.findings().error(entry.key(), "the tag \"" + key + "\" is reserved", "choose another prefix");
            } else {
                tags.put(key, value.text());
            }
        });
        if (tags.size() > MOST_TAGS) {
            root.findings().error(ami.at("tags"), tags.size() + " tags are too many", "at most " + MOST_TAGS);
        }
        return tags;
    }

    private AmiSpec.Grants boundGrants() {
        Fields grants = ami.map("grants");
        boolean everybody = grants.flag("public", false);
        if (everybody && ami.wholeInt("deprecate-after").orElse(0) > MOST_PUBLIC_DAYS) {
            root.findings()
                    .error(
                            ami.at("deprecate-after"),
                            "a public image is deprecated after two years at the latest",
                            "at most " + MOST_PUBLIC_DAYS);
        }
        return new AmiSpec.Grants(
                RootBinder.distinct(grants.texts("accounts")),
                RootBinder.distinct(grants.texts("organizations")),
                RootBinder.distinct(grants.texts("organizational-units")),
                everybody);
    }

    private List<AmiSpec.Parameter> parameters() {
        List<AmiSpec.Parameter> parameters = new ArrayList<>();
        Map<String, Position> seen = new HashMap<>();
        for (Fields item : Items.maps(ami, "ssm")) {
            Items.bind(item, () -> new AmiSpec.Parameter(item.required("name"), item.required("value")))
                    .ifPresent(parameter -> {
                        Items.unique(root.findings(), seen, "parameter", parameter.name(), item.at("name"));
                        parameters.add(parameter);
                    });
        }
        return parameters;
    }
}
