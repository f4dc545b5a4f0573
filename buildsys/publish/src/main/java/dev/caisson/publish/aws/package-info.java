/**
 * Amazon machine images, made without an instance.
 *
 * <p>What is sent: EBS direct APIs (2019-11-02; StartSnapshot, PutSnapshotBlock, CompleteSnapshot, ListSnapshotBlocks), EC2
 * (2016-11-15), Systems Manager, KMS and STS, through the AWS SDK for Java. The disk goes block by block into a snapshot; an image
 * is registered from that, copied to the other regions, shared, and named by parameters.
 *
 * <p>Every step looks first and then does what is missing; requests that make something carry tokens that come from their
 * content. So a run can be cut off anywhere and run again. What a run is about to make is in a journal before it is asked for,
 * and bears a tag with the publication's id, so that what fails for good is taken back and what is left over is found.
 *
 * <p>It changes only images, snapshots and parameters of its own names and tags; grants are added, never taken away. It makes no
 * roles, keys, buckets or instances. Credentials come from the SDK's chain and are never printed.
 */
package dev.caisson.publish.aws;
