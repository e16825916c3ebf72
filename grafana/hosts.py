"""The dashboards of the machine and of the containers."""

from grafana.panels import Dashboard, Panel, Query
from grafana.watching import SPAN

MACHINE = Dashboard(
    "machine",
    "machine",
    (
        Panel(
            "Processor",
            (Query(f'1 - avg(rate(node_cpu_seconds_total{{mode="idle"}}{SPAN}))', "busy"),),
            unit="percentunit",
        ),
        Panel(
            "Memory",
            (Query("node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes", "used"),),
            unit="bytes",
        ),
        Panel(
            "Disk",
            (Query("min by (device) (node_filesystem_avail_bytes)", "{{device}} free"),),
            unit="bytes",
        ),
    ),
)

CONTAINERS = Dashboard(
    "containers",
    "containers",
    (
        Panel(
            "Processor",
            (Query(f'sum by (name) (rate(container_cpu_usage_seconds_total{{name!=""}}{SPAN}))', "{{name}}"),),
            unit="percentunit",
        ),
        Panel(
            "Memory",
            (Query('sum by (name) (container_memory_working_set_bytes{name!=""})', "{{name}}"),),
            unit="bytes",
        ),
    ),
)
"""Needs cAdvisor, which runs in compose's profile `dashboards`."""
