/** Facts about topics in the cluster, and the problems that make a topic unsuitable as a lane. */
package io.sidetrack.common.topic;
