from django.urls import path, re_path

from digests.pages import day, feeds, paper, search, sitemap, source, topic

_FORMATS = "|".join(feeds.FORMATS)

urlpatterns = [
    path("papers", day.newest, name="papers"),
    # A day comes first: `2026-03-16` is also what a paper's address looks like.
    path("papers/<date:date>", day.day, name="day"),
    path("papers/<int:number>-<slug:slug>", paper.paper, name="paper"),
    path("papers/<int:number>", paper.paper),
    path("topics", topic.topics, name="topics"),
    path("topics/<slug:key>", topic.topic, name="topic"),
    path("sources/<slug:slug>", source.source, name="source"),
    path("search", search.search, name="search"),
    re_path(rf"^feeds/(?P<key>[-\w]+)\.(?P<form>{_FORMATS})$", feeds.feed, name="feed"),
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-<slug:section>.xml", sitemap.part, name="sitemap-part"),
    path("robots.txt", sitemap.robots, name="robots"),
]
