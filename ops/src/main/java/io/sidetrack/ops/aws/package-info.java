/** What the commands that use AWS share. */
package io.sidetrack.ops.aws;
