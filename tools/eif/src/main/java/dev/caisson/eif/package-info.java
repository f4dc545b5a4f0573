/**
 * Enclave image files of AWS Nitro Enclaves, version 4 (the specification of 2024-06-21 in aws/aws-nitro-enclaves-image-format).
 *
 * <p>{@link dev.caisson.eif.EifPlan} lays out kernel, command line, metadata, ramdisks and, with a key, the signature of PCR 0
 * (COSE_Sign1 of RFC 9052 with ES384, in the CBOR that the loader wants). {@link dev.caisson.eif.EifMeasurements} are PCR 0, 1, 2 and 8
 * as an enclave attests them. {@link dev.caisson.eif.EifReader} reads versions 3 and 4, checks the CRC-32, every length, and a
 * signature against the certificate beside it and the measurements.
 *
 * <p>Signatures are deterministic (RFC 6979), so that the file is the same at every call. It cannot: several signatures, ES256 and
 * ES512, certificate chains. Whether a certificate is to be trusted is for the caller to judge.
 */
package dev.caisson.eif;
