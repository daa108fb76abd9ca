/** What is true of topics on the cluster, and which of it a lane must not have. */
package io.sidetrack.common.topic;
