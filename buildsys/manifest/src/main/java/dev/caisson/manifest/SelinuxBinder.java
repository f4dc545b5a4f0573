package dev.caisson.manifest;

import static dev.caisson.manifest.Shapes.choice;
import static dev.caisson.manifest.Shapes.map;

/** Describes and binds {@code selinux}. */
final class SelinuxBinder {
    private SelinuxBinder() {}

    static Shape shape() {
        return map().key(
                        "policy",
                        Shapes.text(
                                "auto, none or the name of a policy such as targeted", "^[A-Za-z0-9][A-Za-z0-9._-]*$"),
                        "Whose labels files get: a policy in /etc/selinux, none, or auto: the one that the image's"
                                + " /etc/selinux/config names, if it is there. Default: auto.")
                .key(
                        "mode",
                        choice(SelinuxMode.class),
                        "Written to /etc/selinux/config. Default: that file stays as it is.")
                .build();
    }

    static SelinuxSpec bind(Fields root) {
        Fields selinux = root.map("selinux");
        SelinuxSpec spec =
                new SelinuxSpec(selinux.text("policy", SelinuxSpec.AUTO), selinux.choice("mode", SelinuxMode.class));
        boolean needsPolicy = spec.mode().isPresent() && spec.mode().get() != SelinuxMode.DISABLED;
        if (needsPolicy && !spec.labels()) {
            root.findings()
                    .error(
                            selinux.at("mode"),
                            "SELinux cannot be " + spec.mode().get().label() + " without a policy",
                            "name the policy, or set mode: disabled");
        }
        return spec;
    }
}
