/** Facts about topics in the cluster, and which of them a lane must not have. */
package io.sidetrack.common.topic;
