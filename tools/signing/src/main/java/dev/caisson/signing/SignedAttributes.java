package dev.caisson.signing;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What a signer signs besides the content's digest (RFC 5652 §11).
 *
 * @param present whether there are signed attributes at all; without, the signature covers the content directly
 * @param signingTime a fixed time, whole seconds; empty for none
 * @param more further attributes
 */
public record SignedAttributes(boolean present, Optional<Instant> signingTime, List<Attribute> more) {
    /** No signed attributes: what dm-verity's root hash signatures and UEFI's authenticated variables use. */
    public static final SignedAttributes NONE = new SignedAttributes(false, Optional.empty(), List.of());

    /** Content type and message digest only. */
    public static final SignedAttributes PLAIN = new SignedAttributes(true, Optional.empty(), List.of());

    /**
     * One attribute with one value.
     *
     * @param type object identifier
     * @param value DER
     */
    public record Attribute(String type, byte[] value) {}

    /** Checks that absent attributes are empty. */
    public SignedAttributes {
        more = List.copyOf(more);
        if (!present && (signingTime.isPresent() || !more.isEmpty())) {
            throw new IllegalArgumentException("attributes given, but none shall be present");
        }
    }

    /** The same with a signing time. */
    public SignedAttributes at(Instant time) {
        return new SignedAttributes(true, Optional.of(time), more);
    }

    /** The same with one more attribute. */
    public SignedAttributes with(String type, byte[] value) {
        List<Attribute> longer = new java.util.ArrayList<>(more);
        longer.add(new Attribute(type, value.clone()));
        return new SignedAttributes(true, signingTime, longer);
    }
}
