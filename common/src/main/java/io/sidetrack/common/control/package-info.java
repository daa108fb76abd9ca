/** What operators tell running services, and services starting, through a topic. */
package io.sidetrack.common.control;
